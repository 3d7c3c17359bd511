// A PMTiles file made by hand (version 3 of its specification): one tile of the whole earth with one road on it.

const varint = (number) => (number < 128 ? [number] : [(number & 127) | 128, ...varint(number >>> 7)]);
const field = (number, bytes) => [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
const text = (words) => [...new TextEncoder().encode(words)];
const zigzag = (number) => (number << 1) ^ (number >> 31);

/** A vector tile (Mapbox Vector Tile 2.1): a layer with one line from the west to the east. */
function tile(layer) {
  const line = [(1 << 3) | 1, zigzag(0), zigzag(2048), (1 << 3) | 2, zigzag(4096), zigzag(0)];
  const feature = [...varint((3 << 3) | 0), 2, ...field(4, line.flatMap(varint))];
  return field(3, [...varint((15 << 3) | 0), 2, ...field(1, text(layer)), ...field(2, feature), ...varint((5 << 3) | 0), ...varint(4096)]);
}

export function pmtiles(layer = "roads") {
  const drawn = tile(layer);
  const root = [1, 0, 1, ...varint(drawn.length), 1];
  const about = text(JSON.stringify({ vector_layers: [{ id: layer, fields: {} }] }));
  const header = Buffer.alloc(127);
  header.write("PMTiles", 0, "latin1");
  header.writeUInt8(3, 7);
  const at = [127, root.length, 127 + root.length, about.length, 0, 0, 127 + root.length + about.length, drawn.length, 1, 1, 1];
  at.forEach((number, place) => header.writeBigUInt64LE(BigInt(number), 8 + place * 8));
  // Clustered; neither the directory nor the tile is compressed; a vector tile; zoom 0 to 0; the whole earth.
  [1, 1, 1, 1, 0, 0].forEach((number, place) => header.writeUInt8(number, 96 + place));
  [-180, -85, 180, 85].forEach((degrees, place) => header.writeInt32LE(degrees * 1e7, 102 + place * 4));
  return Buffer.concat([header, Buffer.from(root), Buffer.from(about), Buffer.from(drawn)]);
}
