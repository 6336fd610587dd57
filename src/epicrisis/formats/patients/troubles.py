"""Why a part of a record could not be read, in our words and never in those of the record."""

from __future__ import annotations

ELSEWHERE = "A file of it is kept elsewhere, and nothing is fetched; send it too."
ENCODING = "A file of it is in an encoding that is not read."
PICTURE = "A file of it is a picture without words; read it with OCR, and send its text."
TOO_MUCH = "Its notes hold more than is read at once."
UNNAMED = "What it is about is not said."
UNREADABLE = "A file of it cannot be read."
