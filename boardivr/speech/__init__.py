"""Speech recognition: grammars of what may be said, models, and the recogniser behind them."""
