/** An event file that a resumed run writes from the beginning again (see `EntryLog`). */
import { EntryLog } from "../io/entry_log.ts";
import { splitTfrecords, tfrecord, tfrecordData } from "../io/tfrecord.ts";
import { encodeEvent, type Event, wallTimeOf } from "./events.ts";

/** A log of events in a file; one that stays has the time at which it was first written. */
export const eventLog = (path: string): EntryLog<Event> =>
  new EntryLog(path, {
    split: splitTfrecords,
    encode: (event, before) => {
      const data = before && tfrecordData(before);
      return tfrecord(encodeEvent(event, (data && wallTimeOf(data)) ?? Date.now() / 1000));
    },
  });
