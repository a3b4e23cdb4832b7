"""What `make up` does before and around the product: standard library only, since it runs before .venv exists."""
