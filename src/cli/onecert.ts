/**
 * The onecert command. One file a group of verbs; each opens the core on the same store and keys as the server, which
 * may run meanwhile. Exit codes: 0 valid or done, 1 not valid, 2 wrong use.
 */
import { Command, CommanderError } from 'commander';
import { appCommand } from './app.ts';
import { auditCommand } from './audit.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { ceremonyCommand } from './ceremony.ts';
import { certificateCommand } from './certificate.ts';
import { certificateTypesCommand } from './certificate-types.ts';
import { certificatesCommand } from './certificates.ts';
import { checkCommand } from './check.ts';
import { countersCommand } from './counters.ts';
import { credentialCommand } from './credential.ts';
import { enterpriseCommand } from './enterprise.ts';
import { infoCommand } from './info.ts';
import { initCommand } from './init.ts';
import { itemsCommand } from './items.ts';
import { keysCommand } from './keys.ts';
import { lifeEventCommand } from './life-event.ts';
import { logoutsCommand } from './logouts.ts';
import { offerCommand } from './offer.ts';
import { officialCommand } from './official.ts';
import { exitCodes, fail } from './output.ts';
import { packCommand } from './pack.ts';
import { personCommand } from './person.ts';
import { registerCommand } from './register.ts';
import { sandboxCommand } from './sandbox.ts';
import { ticketServiceCommand } from './ticket-service.ts';
import { trustCommand } from './trust.ts';
import { verifyCommand } from './verify.ts';

const program = new Command('onecert')
  .description('OneCert 一证通: the province’s login and e-certificates, from the command line')
  .exitOverride()
  .showHelpAfterError('(onecert <command> --help says more)');

for (const command of [
  infoCommand(),
  initCommand(),
  appCommand(),
  ticketServiceCommand(),
  logoutsCommand(),
  personCommand(),
  officialCommand(),
  enterpriseCommand(),
  registerCommand(),
  lifeEventCommand(),
  itemsCommand(),
  countersCommand(),
  certificateTypesCommand(),
  offerCommand(),
  credentialCommand(),
  certificateCommand(),
  certificatesCommand(),
  packCommand(),
  verifyCommand(),
  keysCommand(),
  ceremonyCommand(),
  trustCommand(),
  auditCommand(),
  checkCommand(),
  backupCommand(),
  restoreCommand(),
  sandboxCommand(),
]) {
  program.addCommand(command);
}
for (const command of program.commands) {
  command.exitOverride();
  for (const verb of command.commands) {
    verb.exitOverride();
    for (const inner of verb.commands) inner.exitOverride();
  }
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse);
  fail(error);
}
