import { DataKeyDestroyed } from '../storage/index.ts';
import type { Dependencies } from './dependencies.ts';
import type { CertificateState, CopyFormat } from './index.ts';
import { idOfEntry } from './status/status-value.ts';

/** One signed copy as another implementation checks it: what was handed out, and what we say about it. */
export interface ExportedCopy {
  copy: string;
  type: string;
  format: CopyFormat;
  view?: string;
  kid: string;
  digest: string;
  credential: string;
  statusList: number;
  statusIndex: number;
  /** The certificate's state, and whether this copy ended before it (device lost, version before, attempt cut off). */
  state: CertificateState;
  ended: boolean;
  issuedAt: number;
}

/** Every released copy that can still be read; those of closed accounts cannot. */
export async function* exportIssued({ store }: Dependencies): AsyncGenerator<ExportedCopy> {
  for (let after: string | undefined; ; ) {
    const page = await store.copies.list({ after, limit: 200 });
    for (const copy of page) {
      if (copy.state !== 'released') continue;
      try {
        const certificate = await store.certificates.get(copy.certificate);
        const entry = await store.statusEntries.get(idOfEntry(copy.statusList, copy.statusIndex));
        const { format, view, kid, digest, statusList, statusIndex, issuedAt } = copy;
        if (certificate && copy.signed)
          yield {
            ...{ copy: copy.id, type: certificate.type, format, view, kid, digest, credential: copy.signed },
            ...{ statusList, statusIndex, state: certificate.state, ended: entry?.ended === true, issuedAt },
          };
      } catch (error) {
        if (!(error instanceof DataKeyDestroyed)) throw error;
      }
    }
    if (page.length < 200) return;
    after = page.at(-1)!.id;
  }
}
