// Where the house is. `make miniprogram` writes the address it was given in here.
export const HOUSE = "http://127.0.0.1:8000";
