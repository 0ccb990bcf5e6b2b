// In WeChat's own browser: scanning a slip, choosing photos, sharing a notice. The server sends this to nobody else. Whatever is
// not to be had stays hidden, and the page works as it stands.
(function () {
  "use strict";
  var wx = window.wx, places = Array.prototype.slice.call(document.querySelectorAll("[data-wechat]"));
  if (!wx || !wx.config || !window.fetch || !places.length) return;
  var NEEDS = {
    scan: ["scanQRCode"],
    photos: ["chooseImage", "getLocalImgData"],
    share: ["updateAppMessageShareData", "updateTimelineShareData"],
  };
  var STARTS = { scan: offerScan, photos: offerPhotos, share: offerShare };
  var needed = places.reduce(function (all, place) { return all.concat(NEEDS[place.dataset.wechat] || []); }, []);

  function say(place, words) { place.querySelector("[role=status]").textContent = words; }
  function pressed(place, act) {
    place.hidden = false;
    place.querySelector("button").addEventListener("click", act);
  }

  // ---------------------------------------------------------------- scanning

  function offerScan(place) {
    pressed(place, function () {
      wx.scanQRCode({
        needResult: 1,
        scanType: ["qrCode"],
        success: function (found) { take(place, String(found.resultStr || "")); },
        fail: function () { say(place, "没有扫到。请再扫一次，或把码填在下面。"); },
      });
    });
  }
  // Only what leads into this house is followed.
  function take(place, text) {
    var there = null;
    try { there = new URL(text); } catch { /* not an address */ }
    if (there && there.origin === location.origin && /^\/[sp]\//.test(there.pathname)) location.assign(there.pathname);
    else if (/^[0-9A-Za-z][0-9A-Za-z -]{24,40}$/.test(text)) location.assign("/s/" + encodeURIComponent(text.replace(/[ -]/g, "")));
    else say(place, "这不是信箱里的码，也不是海报上的码。请扫信箱里那张纸。");
  }

  // ---------------------------------------------------------------- photos

  function offerPhotos(place) {
    var input = document.getElementById(place.dataset.input), most = Number(place.dataset.most) || 1;
    if (!input || !window.DataTransfer) return;
    pressed(place, function () {
      wx.chooseImage({
        count: Math.min(9, most),
        sizeType: ["compressed"],
        sourceType: ["album", "camera"],
        success: function (chosen) {
          Promise.all(chosen.localIds.slice(0, most).map(fileOf)).then(function (files) {
            var holder = new DataTransfer();
            files.forEach(function (file) { holder.items.add(file); });
            input.files = holder.files;
            input.dispatchEvent(new Event("change", { bubbles: true }));
            say(place, "选好了 " + files.length + " 张，会和内容一起发出去。");
          }).catch(function () { say(place, "没有取到照片。请用上面的“拍一张”选。"); });
        },
      });
    });
  }
  // iOS gives a data: address, Android the bare base64.
  function fileOf(id, number) {
    return new Promise(function (done, fail) {
      wx.getLocalImgData({
        localId: id,
        fail: fail,
        success: function (found) {
          try {
            var text = atob(String(found.localData).replace(/^data:[^,]*,/, "").replace(/\s/g, ""));
            var bytes = Uint8Array.from(text, function (sign) { return sign.charCodeAt(0); });
            done(new File([bytes], "photo-" + (number + 1) + ".jpg", { type: "image/jpeg" }));
          } catch (why) { fail(why); }
        },
      });
    });
  }

  // ---------------------------------------------------------------- sharing

  function offerShare(place) {
    var data = place.dataset, card = { title: data.title, desc: data.summary, link: data.link, imgUrl: data.picture };
    wx.updateAppMessageShareData(card);
    wx.updateTimelineShareData({ title: card.title, link: card.link, imgUrl: card.imgUrl });
    pressed(place, function () { say(place, "点右上角的“···”，再点“发送给朋友”。"); });
  }

  // ---------------------------------------------------------------- leave to do so

  wx.ready(function () {
    wx.checkJsApi({
      jsApiList: needed,
      success: function (found) {
        places.forEach(function (place) {
          var can = (NEEDS[place.dataset.wechat] || []).every(function (name) { return found.checkResult[name]; });
          if (can) STARTS[place.dataset.wechat](place);
        });
      },
    });
  });
  // The signature is of the address as it was opened, without what follows a hash.
  fetch("/wechat/script-config?url=" + encodeURIComponent(location.href.split("#")[0]), { credentials: "same-origin" })
    .then(function (answer) { return answer.ok ? answer.json() : null; })
    .catch(function () { return null; })
    .then(function (made) {
      if (made) wx.config({ debug: false, appId: made.appid, timestamp: made.timestamp, nonceStr: made.nonce, signature: made.signature, jsApiList: needed.concat("checkJsApi") });
    });
})();
