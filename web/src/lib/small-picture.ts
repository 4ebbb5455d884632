/** A picture small enough to be a cover. */

const COVER_SIDE = 1024;
const QUALITY = 0.85;

/** Return the picture at most `side` px wide and high, as JPEG. Rejects if the browser cannot read it as a picture. */
export async function shrinkPicture(picture: Blob, side = COVER_SIDE): Promise<Blob> {
  const bitmap = await createImageBitmap(picture);
  try {
    return await drawSmall(bitmap, bitmap.width, bitmap.height, side);
  } finally {
    bitmap.close();
  }
}

/** Do the same with anything that can be drawn, such as a frame of a film. Rejects if it shows no picture. */
export async function drawSmall(source: CanvasImageSource, width: number, height: number, side = COVER_SIDE): Promise<Blob> {
  if (width === 0 || height === 0) throw new Error("there is nothing to draw");
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser cannot draw");
  // JPEG has no transparency: make transparent parts white, not black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    const take = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error("the picture could not be written")));
    canvas.toBlob(take, "image/jpeg", QUALITY);
  });
}
