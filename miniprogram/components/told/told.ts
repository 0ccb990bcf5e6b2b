// A sentence of the house: what is wrong, what is waited for, what went well.
Component({
  properties: {
    text: { type: String, value: "" },
    /** wrong, wait or go */
    tone: { type: String, value: "wrong" },
  },
});
