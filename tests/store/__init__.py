"""The store, on real databases in temporary folders."""
