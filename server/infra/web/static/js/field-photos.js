// Photos are made small on the phone before they are kept: a picture of the camera would fill the store and the network.
(function (Field) {
  "use strict";
  const LONGEST_SIDE = 1600;
  const QUALITY = 0.8;

  function asAddress(blob) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob);
    });
  }

  async function decode(file) {
    if (window.createImageBitmap) {
      try { return await createImageBitmap(file, { imageOrientation: "from-image" }); } catch (_) { /* older browsers: below */ }
    }
    const image = new Image();
    image.src = await asAddress(file);
    await image.decode();
    return image;
  }

  // The picture as a data: address of a JPEG. Rejects where the file is no picture.
  Field.shrink = async (file) => {
    const picture = await decode(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#FFF";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", QUALITY);
  };
})((window.Field = window.Field || {}));
