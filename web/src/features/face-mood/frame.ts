/** Frames of the camera: each is handed out for a moment and then wiped. None is stored. */

const WIDTH = 640;

export class FrameTaker {
  private readonly canvas = new OffscreenCanvas(1, 1);
  private readonly video: HTMLVideoElement;

  constructor(video: HTMLVideoElement) {
    this.video = video;
  }

  async withFrame<T>(to: (picture: ImageData) => Promise<T>): Promise<T> {
    const picture = this.still();
    try {
      return await to(picture);
    } finally {
      picture.data.fill(0);
    }
  }

  private still(): ImageData {
    const { canvas, video } = this;
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas");
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    context.clearRect(0, 0, canvas.width, canvas.height);
    return picture;
  }
}
