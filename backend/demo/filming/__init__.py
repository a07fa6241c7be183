"""How the demo clips are drawn and spoken. Needs numpy and flite; `make run` needs none of it."""
