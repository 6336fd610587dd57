"""The tools of whoever writes the knowledge base: what breaks its rules, where its readings differ, what others say."""
