/**
 * Which pictures may stand inside the body of a mail: raster formats recognised by their first
 * bytes (never by what the mail claims), small enough in pixels that no phone dies of them.
 * SVG is a program and is never among them. PNG: RFC 2083 §4.1.1; JPEG: ITU-T T.81 §B.2.2;
 * GIF: GIF89a §18; WebP: RFC 9649 §2.
 */
export interface PictureSize {
  readonly mimeType: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  readonly width: number;
  readonly height: number;
}

const maxSide = 10_000;
const maxPixels = 40_000_000;
const maxJpegSegments = 500;

/** The `data:` URL of a picture that may be shown; undefined for everything else. */
export function pictureUrl(bytes: Buffer): string | undefined {
  const size = measurePicture(bytes);
  if (size === undefined || size.width < 1 || size.height < 1) return undefined;
  if (size.width > maxSide || size.height > maxSide) return undefined;
  if (size.width * size.height > maxPixels) return undefined;
  return `data:${size.mimeType};base64,${bytes.toString("base64")}`;
}

/** What the file's header says; undefined when it is no picture of the four formats. */
export function measurePicture(bytes: Buffer): PictureSize | undefined {
  return measurePng(bytes) ?? measureGif(bytes) ?? measureWebp(bytes) ?? measureJpeg(bytes);
}

function measurePng(bytes: Buffer): PictureSize | undefined {
  if (bytes.length < 24 || bytes.toString("latin1", 0, 8) !== "\x89PNG\r\n\x1a\n") return undefined;
  return { mimeType: "image/png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function measureGif(bytes: Buffer): PictureSize | undefined {
  if (bytes.length < 10 || !/^GIF8[79]a$/.test(bytes.toString("latin1", 0, 6))) return undefined;
  return { mimeType: "image/gif", width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

function measureWebp(bytes: Buffer): PictureSize | undefined {
  if (bytes.length < 30 || bytes.toString("latin1", 0, 4) !== "RIFF") return undefined;
  const chunk = bytes.toString("latin1", 8, 16);
  const mimeType = "image/webp";
  if (chunk === "WEBPVP8 ") {
    const width = bytes.readUInt16LE(26) & 0x3fff;
    return { mimeType, width, height: bytes.readUInt16LE(28) & 0x3fff };
  }
  if (chunk === "WEBPVP8L") {
    const packed = bytes.readUInt32LE(21);
    return { mimeType, width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  if (chunk !== "WEBPVP8X") return undefined;
  return { mimeType, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
}

function measureJpeg(bytes: Buffer): PictureSize | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  let at = 2;
  for (let count = 0; count < maxJpegSegments && at + 9 <= bytes.length; count += 1) {
    const marker = bytes.readUInt16BE(at);
    if (marker < 0xff01) return undefined;
    if (isFrameHeader(marker)) {
      const height = bytes.readUInt16BE(at + 5);
      return { mimeType: "image/jpeg", width: bytes.readUInt16BE(at + 7), height };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which share the range (ITU-T T.81 table B.1). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
}
