import { SenetError } from '@senet/core/graph';
import { classNames } from '@senet/images/imagenet';
import { readFileBytes } from '@senet/weights/node';

/**
 * The names of a classifier's classes: those of a file (a JSON array, or one to a line), else ImageNet's where there are
 * a thousand, else none.
 *
 * @throws SenetError `FileInvalid` where the file has not one name for each class
 */
export async function labelsOf(classes: number, file: string | undefined): Promise<readonly string[] | undefined> {
  if (file === undefined) return classNames(classes);
  const names = parse(new TextDecoder().decode(await readFileBytes(file)), file);
  if (names.length === classes) return names;
  throw new SenetError('FileInvalid', `has ${names.length} names`, {
    path: file,
    expected: `${classes}, one for each class of the network`,
  });
}

function parse(text: string, path: string): readonly string[] {
  if (!text.trimStart().startsWith('[')) return text.trimEnd().split(/\r?\n/);
  try {
    const names: unknown = JSON.parse(text);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch (cause) {
    throw new SenetError('FileInvalid', `is no JSON: ${(cause as Error).message}`, { path, cause });
  }
  throw new SenetError('FileInvalid', 'is no array of strings', { path, expected: '["tench", "goldfish", …]' });
}
