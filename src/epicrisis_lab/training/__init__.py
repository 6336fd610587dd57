"""Training of the shared encoder: pre-training, fine-tuning with many heads, distillation, export."""
