// A receipt as a small ticket: the code in groups of four, and what it is for. Never what was chosen.
Component({
  properties: {
    code: { type: String, value: "" },
    title: { type: String, value: "" },
    at: { type: String, value: "" },
    state: { type: String, value: "" },
  },
  data: { groups: [] as string[] },
  observers: {
    code(code: string) {
      this.setData({ groups: code.match(/.{1,4}/g) || [] });
    },
  },
  methods: {
    copy() {
      wx.setClipboardData({ data: this.data.code });
    },
  },
});
