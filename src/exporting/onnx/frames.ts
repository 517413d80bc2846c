/** Messages between two processes over a pipe: a small value as JSON, then numbers or bytes as they are. */

/** A message. */
export interface Frame {
  /** Anything JSON has. */
  readonly head: unknown;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The bytes of a message: the lengths of head and body as u32, little-endian, head, body. */
export function frameBytes(head: unknown, body: ArrayBufferView = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(8 + text.length + body.byteLength);
  const lengths = new DataView(bytes.buffer);
  lengths.setUint32(0, text.length, true);
  lengths.setUint32(4, body.byteLength, true);
  bytes.set(text, 8);
  bytes.set(new Uint8Array(body.buffer, body.byteOffset, body.byteLength), 8 + text.length);
  return bytes;
}

/** Reads messages from a stream; undefined at its end, also where it ends within a message. */
export function frameReader(stream: ReadableStream<Uint8Array>): () => Promise<Frame | undefined> {
  const reader = stream.getReader();
  let chunk: Uint8Array = new Uint8Array();
  const take = async (count: number): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const taken = new Uint8Array(count);
    for (let at = 0; at < count;) {
      if (chunk.length === 0) {
        const { value, done } = await reader.read();
        if (done) return undefined;
        chunk = value;
      }
      const part = chunk.subarray(0, count - at);
      taken.set(part, at);
      at += part.length;
      chunk = chunk.subarray(part.length);
    }
    return taken;
  };
  return async () => {
    const lengths = await take(8);
    if (lengths === undefined) return undefined;
    const view = new DataView(lengths.buffer);
    const head = await take(view.getUint32(0, true));
    const body = await take(view.getUint32(4, true));
    return head && body && { head: JSON.parse(new TextDecoder().decode(head)), body };
  };
}
