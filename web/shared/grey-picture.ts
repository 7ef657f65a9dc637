/** One byte a pixel in the plainest picture file (PGM): the reader takes it as it is; of RGBA it would make the same first. */
export const greyHeader = (width: number, height: number): Uint8Array =>
  new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);

/** Formats whose first plane is the brightness alone (WebCodecs §9). */
const planar = new Set<string | null>(['I420', 'I420A', 'I422', 'I444', 'NV12']);

/** A frame's brightness; undefined where its format has no plane of it. */
export const greyOf = async (frame: VideoFrame): Promise<Uint8Array | undefined> => {
  if (!planar.has(frame.format)) return undefined;
  const planes = new Uint8Array(frame.allocationSize());
  const [{ offset, stride }] = (await frame.copyTo(planes)) as [PlaneLayout];
  const { height } = frame.visibleRect!;
  // What pads a row beyond the width belongs to the picture then: it does no harm.
  const header = greyHeader(stride, height);
  const picture = new Uint8Array(header.length + stride * height);
  picture.set(header);
  picture.set(planes.subarray(offset, offset + stride * height), header.length);
  return picture;
};
