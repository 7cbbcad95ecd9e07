import { notImplemented } from '../contract/ora-error';
import type { BufferReader } from './format/buffer-reader';
import { FUNCTION } from './format/constants';

/** What a client hangs in front of a call; done before it, without an answer of its own. */
export type Piggyback =
  | { readonly kind: 'close-cursors'; readonly cursorIds: readonly number[] }
  | { readonly kind: 'set-schema'; readonly schema: string }
  | { readonly kind: 'end-to-end'; readonly attributes: Readonly<Record<string, string>> }
  | { readonly kind: 'free-lobs'; readonly locators: Buffer }
  | { readonly kind: 'application-context' };

/** One piggyback, its header read up to the sequence number. Throws ORA-03001 for one whose length is unknown. */
export function readPiggyback(reader: BufferReader, functionCode: number): Piggyback {
  switch (functionCode) {
    case FUNCTION.closeCursors:
    case FUNCTION.cancelCursors:
      return readCloseCursors(reader);
    case FUNCTION.setSchema:
      reader.skip(1);
      reader.ub();
      return { kind: 'set-schema', schema: reader.text() };
    case FUNCTION.endToEnd:
      return readEndToEnd(reader);
    case FUNCTION.lobOperation:
      return readFreeLobs(reader);
    case FUNCTION.applicationContext:
      return readApplicationContext(reader);
    default:
      throw notImplemented(`piggyback function ${functionCode}`);
  }
}

function readCloseCursors(reader: BufferReader): Piggyback {
  reader.skip(1);
  const cursorIds: number[] = [];
  for (let count = reader.ub(); count > 0; count--) cursorIds.push(reader.ub());
  return { kind: 'close-cursors', cursorIds };
}

function readEndToEnd(reader: BufferReader): Piggyback {
  const present: string[] = [];
  const announce = (name: string): void => {
    const isSet = reader.u8() === 1;
    if (reader.ub() > 0 && isSet) present.push(name);
  };
  reader.skip(2);
  reader.ub();
  for (const name of ['clientId', 'module', 'action']) announce(name);
  announce('context');
  reader.skip(1);
  reader.ub();
  announce('clientInfo');
  for (let i = 0; i < 2; i++) {
    reader.skip(1);
    reader.ub();
  }
  announce('operation');
  const attributes: Record<string, string> = {};
  for (const name of present) attributes[name] = reader.text();
  return { kind: 'end-to-end', attributes };
}

function readFreeLobs(reader: BufferReader): Piggyback {
  reader.skip(1);
  const size = reader.ub();
  reader.skip(1);
  reader.skipUb(3);
  reader.skip(3);
  reader.skipUb(1);
  reader.skip(1);
  reader.skipUb(3);
  reader.skip(1);
  for (let i = 0; i < 3; i++) {
    reader.skip(1);
    reader.ub();
  }
  return { kind: 'free-lobs', locators: reader.bytes(size) };
}

function readApplicationContext(reader: BufferReader): Piggyback {
  reader.skip(1);
  reader.ub();
  reader.skip(1);
  const pairs = reader.ub();
  reader.ub();
  reader.skip(1);
  reader.clr();
  for (let i = 0; i < pairs; i++) {
    reader.longText();
    reader.longText();
    reader.ub();
  }
  return { kind: 'application-context' };
}
