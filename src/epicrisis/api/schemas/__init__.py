"""The shapes of requests and answers: requests refuse unknown fields, answers say every field they may hold."""
