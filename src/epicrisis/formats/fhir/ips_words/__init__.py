"""The words a reader meets in an International Patient Summary, one file a language."""
