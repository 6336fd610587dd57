"""Language models behind one contract: files of llama.cpp, folders of transformers, a server in the house."""
