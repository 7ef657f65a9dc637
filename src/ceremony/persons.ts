/** The two persons of a reviewed file, and their word. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { hashPattern, isPassphrase } from './passphrase.ts';
import { text } from './schema.ts';

const person = z.strictObject({
  name: text,
  office: text,
  passphrase: z.string().regex(hashPattern, 'a line of `onecert ceremony passphrase`'),
});

export type CeremonyPerson = z.infer<typeof person>;

const plainName = (name: string | undefined): string | undefined =>
  name?.normalize('NFKC').toLowerCase().replace(/\s+/g, '');

export const personsSchema = z
  .array(person)
  .length(2, 'two persons are present')
  .superRefine(([first, second], context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    if (plainName(first?.name) === plainName(second?.name)) fault('two persons are two people');
    if (first?.passphrase === second?.passphrase) fault('each has a passphrase of her own');
  });

/** Shows the plan to one of the two and returns what she typed as her passphrase. */
export type Confirm = (person: CeremonyPerson, plan: { text: string; sha256: string }) => Promise<string>;

/** Both in turn; throws forbidden at the first wrong word. `onConfirmed` is told of each. */
export const confirmByBoth = async (
  persons: readonly CeremonyPerson[],
  plan: { text: string; sha256: string },
  confirm: Confirm,
  onConfirmed: (person: CeremonyPerson) => void = () => undefined,
): Promise<void> => {
  for (const each of persons) {
    const given = await confirm(each, plan);
    if (!isPassphrase(given, each.passphrase))
      throw new ServiceError('forbidden', { detail: `that is not the passphrase of ${each.name}` });
    // Salted, two lines of one passphrase do not look alike in the file.
    if (persons.some((other) => other !== each && isPassphrase(given, other.passphrase)))
      throw new ServiceError('forbidden', { detail: 'each has a passphrase of her own' });
    onConfirmed(each);
  }
};
