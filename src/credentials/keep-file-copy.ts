import { createHash } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import { AlreadyExists, type Versioned } from '../storage/index.ts';
import { type CertificateDocument, type CopyDocument, everyOf } from './credential-store.ts';
import type { Dependencies } from './dependencies.ts';
import { getRecord } from './find-certificates.ts';
import type { ActContext, Copy, FileFormat } from './index.ts';
import { beginIssuing, issueCopy } from './issue-copies.ts';
import { appendForEach } from './presenters.ts';
import { endStatusEntry } from './status/align-status-entry.ts';

/**
 * The department's own signed copy. Its id is made from certificate, format and attempt, so that of two runs at once one
 * stores the intent; an intent without a release may have been signed by a process that died, so its entry is ended first.
 */
export const keepFileCopy = async (
  deps: Dependencies,
  input: { certificateId: string; format: FileFormat; context: ActContext },
): Promise<{ copy: Copy; isNew: boolean }> => {
  const certificate = await getRecord(deps.store, input.certificateId);
  if (!certificate) throw new ServiceError('not_found');
  const type = deps.catalogue.get(certificate.type);
  if (!type.formats.includes(input.format))
    throw new ServiceError('invalid_request', { detail: 'this type is not issued in that format' });
  const { standing, attempts } = await earlierCopies(deps, certificate, input.format);
  if (standing) return { copy: withoutVersion(standing), isNew: false };
  const issuing = await beginIssuing(deps, {
    type,
    formatId: input.format,
    certificate,
    holder: certificate.holder,
  });
  const id = fileCopyId(certificate.id, input.format, attempts);
  try {
    // Before it is released: a log may say it twice, never not at all.
    const beforeRelease = () =>
      appendForEach(deps.audit, certificate.holders, {
        action: 'certificate.issued',
        actor: input.context.actor,
        object: certificate.id,
        result: 'ok',
        details: {
          format: input.format,
          view: '',
          copies: 1,
          kid: issuing.signer.key.kid,
          file_copy: true,
        },
        requestId: input.context.requestId,
      });
    const copy = await issueCopy(deps, issuing, { id, beforeRelease });
    return { copy: withoutVersion(copy), isNew: true };
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    await endEntryOfNobody(deps, id);
    const { standing: other } = await earlierCopies(deps, certificate, input.format);
    if (!other) throw new ServiceError('conflict', { cause: error });
    return { copy: withoutVersion(other), isNew: false };
  }
};

const withoutVersion = ({ ver: _ver, ...copy }: Versioned<CopyDocument>): Copy => copy;

const fileCopyId = (certificate: string, format: FileFormat, attempt: number): string => {
  const digest = createHash('sha256').update(JSON.stringify(['file copy', certificate, format, attempt]));
  return `s_${digest.digest('base64url').slice(0, 22)}`;
};

/** The released one whose entry still follows the certificate; every other attempt is ended on the way. */
const earlierCopies = async (
  { store, statusTable }: Dependencies,
  certificate: CertificateDocument,
  format: FileFormat,
) => {
  let standing: Versioned<CopyDocument> | undefined;
  let attempts = 0;
  for await (const copy of everyOf(store.copies, 'certificate', certificate.id)) {
    if (copy.deviceKey !== undefined || copy.format !== format) continue;
    attempts += 1;
    for await (const entry of everyOf(store.statusEntries, 'copy', copy.id)) {
      const isOwn = entry.list === copy.statusList && entry.index === copy.statusIndex;
      if (isOwn && copy.state === 'released' && !entry.ended) standing = copy;
      else if (!entry.ended) {
        await endStatusEntry(store, entry);
        statusTable.changed();
      }
    }
  }
  return { standing, attempts };
};

/** Of two runs at once the slower one has claimed an index for an intent that is the other's. */
const endEntryOfNobody = async ({ store }: Dependencies, copyId: string): Promise<void> => {
  const copy = await store.copies.get(copyId);
  for await (const entry of everyOf(store.statusEntries, 'copy', copyId))
    if (entry.list !== copy?.statusList || entry.index !== copy.statusIndex)
      await endStatusEntry(store, entry);
};
