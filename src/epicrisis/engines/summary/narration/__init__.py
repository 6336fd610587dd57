"""What a language model words, sentence by sentence, and what the rules add to it."""
