"""Speech that came with us: prompts, and the pieces that values are joined from."""
