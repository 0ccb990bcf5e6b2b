// Pictures from the camera or the album, made smaller by WeChat; sending them is for the page.
Component({
  properties: {
    count: { type: Number, value: 0 },
    most: { type: Number, value: 9 },
    isSending: { type: Boolean, value: false },
  },
  methods: {
    pick() {
      const room = Math.min(9, this.data.most - this.data.count);
      if (room < 1 || this.data.isSending) return;
      wx.chooseMedia({
        count: room,
        mediaType: ["image"],
        sizeType: ["compressed"],
        success: (found) => this.triggerEvent("picked", { paths: found.tempFiles.map((one) => one.tempFilePath) }),
        // Closed without a choice: nothing is wrong.
        fail: () => undefined,
      });
    },
  },
});
