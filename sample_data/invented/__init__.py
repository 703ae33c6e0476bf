"""How the sample partner's exports are made up; nothing of it comes from a real company."""
