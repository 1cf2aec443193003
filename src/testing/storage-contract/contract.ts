import type { Storage } from "../../log/storage/storage.js";

/** Where a storage keeps its entries: a directory, a database. Disposing it removes them. */
export interface StoragePlace extends AsyncDisposable {
  /** A storage of what is there, not open yet; asked for again when the last one is closed. */
  storage(): Storage;
}

/** Makes a new, empty place. */
export type MakeStoragePlace = () => Promise<StoragePlace> | StoragePlace;

/** One thing that a storage promises. */
export interface StorageContractCase {
  readonly name: string;
  /** @throws AssertionError if the storage does not keep the promise. */
  run(makePlace: MakeStoragePlace): Promise<void>;
}
