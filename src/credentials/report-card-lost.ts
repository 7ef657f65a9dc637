import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { Conflict } from '../storage/index.ts';
import { cardLost, isEnded, toCertificate } from './certificate-record.ts';
import { changeState } from './change-state.ts';
import type { Dependencies } from './dependencies.ts';
import { getRecord } from './find-certificates.ts';
import type { ActContext, Certificate } from './index.ts';

/**
 * The plastic card or booklet is lost: whoever finds it must not find the electronic one in force, so that stops at once.
 * One that is suspended for something else stays so, and its record says that the card is lost as well: only the issuer
 * takes either back.
 */
export const reportCardLost = async (
  deps: Dependencies,
  input: { certificateId: string; context: ActContext },
): Promise<Certificate> => {
  const { store, catalogue, clock, audit } = deps;
  for (;;) {
    const certificate = await getRecord(store, input.certificateId);
    if (!certificate) throw new ServiceError('not_found');
    if (!catalogue.find(certificate.type)?.life?.physical) throw new ServiceError('no_physical_card');
    if (isEnded(certificate.state)) throw new ServiceError('certificate_state');
    if (certificate.cardLostAt !== undefined) return toCertificate(certificate);
    const cardLostAt = seconds(clock);
    try {
      if (certificate.state === '01')
        return await changeState(deps, { ...input, to: '02', reason: cardLost, also: { cardLostAt } });
      const noted = await store.certificates.replace({ ...certificate, cardLostAt });
      await audit.append({
        action: 'certificate.card_lost',
        actor: input.context.actor,
        subject: certificate.holder,
        object: certificate.id,
        result: 'ok',
        details: { state: certificate.state },
        requestId: input.context.requestId,
      });
      return toCertificate(noted);
    } catch (error) {
      const again = error instanceof ServiceError && error.code === 'certificate_state';
      if (!again && !(error instanceof Conflict)) throw error;
    }
  }
};
