import { Command } from 'commander';
import { print, UsageError } from './output.ts';
import { findAccount } from './person.ts';
import { cliContext, withCore } from './with-core.ts';

export const offerCommand = (): Command =>
  new Command('offer')
    .description('offer a certificate to a person’s wallet (OpenID4VCI 1.0 §4)')
    .argument('<account>', 'account id, or the key of a named sample person')
    .argument('<type>', 'certificate type, or one credential configuration id')
    .option('--no-tx-code', 'without a transaction code')
    .option('--json', 'one JSON object')
    .action(async (who: string, type: string, options: { txCode: boolean; json?: boolean }) => {
      const offer = await withCore(async (core) => {
        const account = await findAccount(core, who);
        const configurations = core.credentials.configurations();
        const configurationIds = Object.hasOwn(configurations, type)
          ? [type]
          : Object.keys(configurations).filter((id) => configurations[id]!.type === type);
        if (configurationIds.length === 0) throw new UsageError(`there is no certificate type ${type}`);
        return core.offers.create({ account, configurationIds, txCode: options.txCode, context: cliContext });
      });
      print(options.json, offer, () =>
        [
          `offer        ${offer.link}`,
          `by reference ${offer.credential_offer_uri}`,
          ...(offer.tx_code
            ? [`tx_code      ${offer.tx_code}   (tell it to the person, never in the same message)`]
            : []),
          `good until   ${new Date(offer.expires_at * 1000).toISOString()}`,
        ].join('\n'),
      );
    });
