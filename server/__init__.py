"""The house: what is true, whoever asks. Imports nothing, so that the recount runs on a bare Python."""
