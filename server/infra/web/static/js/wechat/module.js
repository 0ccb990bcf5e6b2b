// WeChat's JS-SDK below is written for a bundler: it puts itself where this says, and into the window, which is what we use.
var module = {};
