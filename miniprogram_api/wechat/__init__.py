"""WeChat at the residents' door: signing in from the mini program, and what WeChat's servers call us with."""
