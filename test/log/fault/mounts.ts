import { execFile } from "node:child_process";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A file system of its own, which goes away with its test. */
export interface Mount extends AsyncDisposable {
  readonly path: string;
}

/** A file system in memory. */
export interface SmallDisk extends Mount {
  /** Gives it another size. */
  resize(bytes: number): Promise<void>;
  /** Forbids or allows to write to it. */
  readOnly(isReadOnly: boolean): Promise<void>;
}

/** @throws if this machine does not let it be mounted. */
export async function smallDisk(bytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), "sluice-disk-"));
  const remount = (option: string) => run("mount", ["-o", `remount,${option}`, path]);
  await mount(path, ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path]);
  return {
    path,
    async resize(bytes) {
      await remount(`size=${bytes}`);
    },
    async readOnly(isReadOnly) {
      await remount(isReadOnly ? "ro" : "rw");
    },
    [Symbol.asyncDispose]: () => unmount(path),
  };
}

/** A disk whose power can be cut: what was not flushed is not in its image. */
export interface ImageDisk extends Mount {
  /** The disk as a power cut now would leave it. */
  cut(): Promise<ImageDisk>;
}

/** @throws if this machine does not let it be mounted. */
export async function imageDisk(bytes: number): Promise<ImageDisk> {
  const directory = await mkdtemp(join(tmpdir(), "sluice-image-"));
  const image = join(directory, "image");
  try {
    await writeFile(image, "");
    const file = await open(image, "r+");
    await file.truncate(bytes);
    await file.close();
    await run("mkfs.ext4", ["-q", "-F", image]);
    return await mountImage(directory);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function mountImage(directory: string): Promise<ImageDisk> {
  const path = join(directory, "mounted");
  await mkdir(path);
  await mount(path, ["-o", "loop", join(directory, "image"), path]);
  return {
    path,
    async cut() {
      const copy = await mkdtemp(join(tmpdir(), "sluice-image-"));
      await run("cp", ["--sparse=always", join(directory, "image"), copy]);
      return await mountImage(copy);
    },
    async [Symbol.asyncDispose]() {
      await unmount(path);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function mount(path: string, options: string[]): Promise<void> {
  try {
    await run("mount", options);
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    throw error;
  }
}

async function unmount(path: string): Promise<void> {
  // Whatever a test that failed has left open must not keep it mounted.
  await run("umount", [path]).catch(() => run("umount", ["--lazy", path]));
  await rm(path, { recursive: true, force: true });
}

/**
 * Why something cannot be mounted here; `undefined` if it can. It is told loudly, as the tests that
 * need it are skipped then.
 */
export async function whyNot(
  make: () => Promise<Mount>,
  tests: string,
): Promise<string | undefined> {
  try {
    await (await make())[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    const reason = (error as Error).message.trim();
    console.warn(`${tests} are SKIPPED, nothing can be mounted here: ${reason}`);
    return reason;
  }
}
