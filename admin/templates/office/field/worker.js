// What is kept, by name; what is done with it stands in the script below.
const VERSION = {{ version|tojson }};
const SHELLS = {{ shells|tojson }};
const FILES = {{ files|tojson }};
importScripts({{ asset_url("js/field-worker.js")|tojson }});
