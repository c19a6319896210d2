"""The speech engines that we know, each in a module; what it needs may be missing."""
