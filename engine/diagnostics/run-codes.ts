import type { CodeEntry } from './codes.ts'

/** Why a record failed, beside what its expressions and its schema say. A mapping's `ensure` adds codes of its own. */
export const recordCodes = {
  'source-…': {
    title: 'A source record that does not fit its schema',
    meaning: 'A value of the source record, or of a joined one, breaks its schema: source- and the code of the value.',
    advice: 'Correct the record in its system, or the schema if the system is right.',
  },
  'target-…': {
    title: 'A target record that does not fit its schema',
    meaning: 'What the mapping makes of the record breaks the target’s schema: target- and the code of the value.',
    advice: 'Correct the record in its system, or the expression of the field that the message names.',
  },
  'said-by-target': {
    title: 'A remark of the target',
    meaning: 'The target wrote the record and made a remark; it is counted as a warning.',
    advice: 'Look into the target’s own log.',
  },
  'not-the-owner': {
    title: 'Another mapping’s record',
    meaning:
      'The owns of the mapping does not hold, so that the record belongs to another mapping; it is counted as skipped.',
    advice: 'Nothing, if that is right.',
  },
  discarded: {
    title: 'Discarded by a person',
    meaning: 'Its dead letter was discarded, and the record has not changed since; it is counted as skipped.',
    advice: 'Nothing. To try it all the same: syncline run with --only.',
  },
  'nothing-to-send': {
    title: 'Nothing to send',
    meaning: 'The record yields no target record; it is counted as skipped.',
    advice: 'Nothing, if that is right: a product without a price has no price row.',
  },
  'key-absent': {
    title: 'No key',
    meaning: 'A key field of the target record gives nothing that fits its schema.',
    advice: 'Give every record a key, or skip the ones without by keep.',
  },
  'not-a-key': {
    title: 'No key to join by',
    meaning: 'The `by` of a join gives an object or a list within a list, where a text or a number is meant.',
    advice: 'Give `by` the value of one field.',
  },
  'key-twice': {
    title: 'One key twice within a record',
    meaning: 'A source record yields two target records with the same key.',
    advice: 'Make the key fields differ, or keep only one of them.',
  },
  'key-taken': {
    title: 'The key belongs to another record',
    meaning:
      'Two source records yield the same target key. It stays with the one that had it first; the other fails, so that they do not overwrite each other.',
    advice: 'Give one of the two another key in the source.',
  },
  'key-changed': {
    title: 'The key has changed',
    meaning:
      'A record that was sent before would get another key now: a twin would be made, and the old one would stay.',
    advice: 'Change the key back, or retire the old record in the target by hand.',
  },
  'table-row-missing': {
    title: 'A hole in a table',
    meaning: 'A table has no row for the record, and no default row.',
    advice: 'Add the row, or a default row. The next run tries the record again.',
  },
  'uneven-fields': {
    title: 'Some entries lack a field',
    meaning:
      'Within one record some entries have a field that others lack, and the target would write its default there.',
    advice: 'Give the field in all entries or in none.',
  },
  'unknown-reference': {
    title: 'The target does not know a code',
    meaning: 'A field names a code, such as a price list, that the target does not have.',
    advice: 'Correct the table or the expression, or make what it names in the target.',
  },
  'not-in-target': {
    title: 'What the record needs is not in the target',
    meaning: 'The target lacks a record that this one needs, and no mapping of the project makes it.',
    advice: 'Make it in the target, or add a mapping that does.',
  },
  'parked-too-long': {
    title: 'Waited too long',
    meaning: 'The record waited for another record, or for a condition of `wait`, longer than parkedFor allows.',
    advice:
      'Look why the other record is not made, or why the condition does not hold: `syncline status` and `syncline explain` show it.',
  },
  unreadable: {
    title: 'No answer for one id',
    meaning: 'Asked for a list of records the system refuses, and asked for each alone it refuses this one.',
    advice: 'Look the record up in its system; the others of the list were read.',
  },
  'join-unreadable': {
    title: 'A joined record cannot be read',
    meaning: 'A joined record does not fit the schema of its entity.',
    advice: 'Correct it in its system, or the schema if the system is right.',
  },
  'join-failed': {
    title: 'A join failed',
    meaning: 'A record could not be explained since a joined record could not be read.',
    advice: 'The message says why.',
  },
  'not-applied': {
    title: 'Accepted, but not there',
    meaning: 'The target accepted the record and does not hold it.',
    advice: 'The next run sends it again. If it stays so, look the record up in the target’s own log.',
  },
  undecided: {
    title: 'Nobody knows whether it was written',
    meaning: 'The outcome of a write is unknown, and it can neither be read back nor safely be repeated.',
    advice: 'Look the record up in the target; to send it again, run the mapping with --only.',
  },
  'refused-by-validation': {
    title: 'Refused before it was tried',
    meaning: 'The target’s validation refused the record.',
    advice: 'The message is the target’s own. Correct the record or the mapping.',
  },
  'refused-by-job': {
    title: 'Refused by the import',
    meaning: 'The log of the target’s import job refuses the record.',
    advice: 'The message is the target’s own. Correct the record or the mapping.',
  },
  'batch-refused': {
    title: 'Refused together with others',
    meaning:
      'The target refused a list of records as a whole, and too many of them to find out which ones are at fault.',
    advice: 'The next run tries it again, with others. The message is the target’s own.',
  },
  'item-failed': {
    title: 'No request can be made of it',
    meaning: 'An expression of the connector file, of an item or of a request, does not fit the record.',
    advice: 'The message says why. Correct the mapping, or the connector file.',
  },
  conflict: {
    title: 'Changed meanwhile',
    meaning: 'The target says that the record was changed by somebody else, or exists already.',
    advice: 'Run again; if it stays so, look the record up in the target.',
  },
  'not-found': {
    title: 'Gone in the target',
    meaning: 'The target does not know the record that is to be changed.',
    advice: 'If it was deleted there on purpose, skip it by keep.',
  },
  'too-many-gone': {
    title: 'The breaker against mass deactivation',
    meaning: 'More linked records would be taken as gone than gone.atMost allows. Nothing of it was written.',
    advice: 'See that the source is complete. If it is right, raise atMost for one run.',
  },
  'not-retired': {
    title: 'Not told that it is gone',
    meaning: 'The source yields the record no more, and the target did not take what `gone` writes.',
    advice: 'The next run tells it again; what has left the source, after the next full read. The message says why.',
  },
  'full-file-empty': {
    title: 'A full file without records',
    meaning: 'No record is left for a full file; the target would take everything as gone. Nothing was sent.',
    advice: 'See that the source is complete. If it is right, retire the records in the target by hand.',
  },
  'full-file-incomplete': {
    title: 'A full file would lack records',
    meaning:
      'Records of a mapping that writes a full file failed or wait. The target would take them as gone, so nothing was sent.',
    advice: 'Settle the records that failed or wait, or write without fullFile.',
  },
  'full-file-part': {
    title: 'A full file cannot be a part',
    meaning:
      'A mapping that writes a full file was run with --only or --since; the target would take all others as gone.',
    advice: 'Run it without --only and --since.',
  },
  'full-file-uneven': {
    title: 'A full file cannot be divided',
    meaning: 'Records of a full file differ in which fields they have, and parts would deactivate each other.',
    advice: 'Give every record the same fields, or write without fullFile.',
  },
  'record-not-found': {
    title: 'No such record',
    meaning: 'The source has no record with the key behind --only.',
    advice: 'Give the key that a person knows, such as the SKU, exactly as it is written there.',
  },
  'not-bound': {
    title: 'Not outside a run',
    meaning: 'An expression asks for reference data or links where there are none.',
    advice: 'In a test, give the rows under references.',
  },
} as const satisfies Record<string, CodeEntry>

/** Why a call to a system failed. The connector's own codes, and those of the system, come on top. */
export const systemCodes = {
  'system-unreachable': {
    title: 'No answer',
    meaning: 'A host does not answer, also after several tries. Exit status 3.',
    advice: 'Check the address in the settings, the network, the proxy, and whether the system is up.',
  },
  'system-failing': {
    title: 'Only errors',
    meaning: 'The system keeps answering with errors of its own. Exit status 3.',
    advice: 'Try later. The next run goes on where this one stopped.',
  },
  'credentials-refused': {
    title: 'The credentials are refused',
    meaning:
      'The system does not accept the token or key, or its token endpoint the scope or the way to sign in. Exit status 3.',
    advice: '`syncline check` walks through the sign-in step by step.',
  },
  'client-refused': {
    title: 'The client is refused',
    meaning:
      'The token endpoint does not accept client id and secret: they are wrong, were changed in the system, or the client was switched off. Exit status 3.',
    advice: 'Compare them with what the system shows for the client, and set them anew.',
  },
  'grant-revoked': {
    title: 'The authorisation has ended',
    meaning:
      'The token endpoint does not accept the newest refresh token: it was revoked, has expired, or was used by another program. Exit status 3.',
    advice: 'Authorise the app again: `syncline connect CONNECTION`.',
  },
  'not-authorised': {
    title: 'Not authorised yet',
    meaning: 'The way to sign in needs a refresh token, and none is configured or saved. Exit status 3.',
    advice: '`syncline connect CONNECTION` authorises the app and saves the token.',
  },
  'token-endpoint-throttled': {
    title: 'The token endpoint takes no more requests',
    meaning:
      'The token endpoint answers that too many requests came, also after several attempts, or asks to wait for longer than five minutes. Exit status 3.',
    advice: 'Wait some minutes. Processes on one state share their token; see whether other programs ask too.',
  },
  'token-endpoint-unreachable': {
    title: 'No answer from the token endpoint',
    meaning: 'The host of the sign-in does not answer, also after several attempts. Exit status 3.',
    advice: 'Check its address in the settings, the network and the proxy.',
  },
  'token-endpoint-failed': {
    title: 'No token',
    meaning: 'The token endpoint answers with something that is neither a token nor a clear refusal. Exit status 3.',
    advice: 'Check its address in the settings; try later.',
  },
  'address-refused': {
    title: 'An address that is not used',
    meaning: 'An address is no URL, or is plain http to another host than this machine.',
    advice: 'Write an https address. Plain http is for stand-ins on 127.0.0.1.',
  },
  'unknown-outcome': {
    title: 'No answer to a write',
    meaning: 'The connection broke after a request was sent that is not safe to repeat.',
    advice: 'The engine looks up what became of it before anything is sent again.',
  },
  'unexpected-answer': {
    title: 'An answer that does not fit the connector',
    meaning: 'An expression of the connector file does not fit what the system answered.',
    advice: 'Compare the answer with the connector file at the place that the message names.',
  },
  'page-too-heavy': {
    title: 'A page that the system cannot answer',
    meaning: 'The system fails even for a page of one record.',
    advice: 'Look the record up in the system; report it there.',
  },
  'paging-circle': {
    title: 'Pages without an end',
    meaning: 'The next page is one that was read already.',
    advice: 'Check next or follow in the connector file.',
  },
  'http-…': {
    title: 'Refused with a status',
    meaning: 'The system refused the call, and neither it nor the connector file gives a code: http- and the status.',
    advice: 'The message holds what the system said.',
  },
} as const satisfies Record<string, CodeEntry>

/** What ends a command. */
export const commandCodes = {
  'nothing-chosen': {
    title: 'It is not said which dead letters are meant',
    meaning: 'dead-letters show, retry and discard want a choice. Exit status 2.',
    advice: 'Give --mapping, --code or --key, or --all.',
  },
  'no-dead-letter': {
    title: 'No such dead letter',
    meaning: 'No dead letter fits the choice. Exit status 1.',
    advice: 'See what there is with syncline dead-letters.',
  },
  'not-agreed': {
    title: 'Nobody to ask',
    meaning: 'Dead letters are discarded only when a person says so, and there is no terminal. Exit status 2.',
    advice: 'Add --yes if that is right.',
  },
  'command-line': {
    title: 'A wrong command line',
    meaning: 'There is no such command or option, or a value does not fit. Exit status 2.',
    advice: 'Add --help for the options.',
  },
  'options-conflict': {
    title: 'Options that exclude each other',
    meaning:
      '--full, --only, --since and --record say different things about what is read; and --record is for the one mapping that is named. --last of reconcile asks no system, so it takes neither --repair nor --since.',
    advice: 'Give one of them.',
  },
  'already-running': {
    title: 'The mapping is being run already',
    meaning: 'Another process runs it on the same state. Exit status 1.',
    advice: 'Wait until it has ended. If that process is gone, its lock ends by itself after a minute.',
  },
  'settings-unfit': {
    title: 'Settings that do not fit the connector',
    meaning: 'An expression of the connector file, such as that of a limit, fails with the settings. Exit status 2.',
    advice: 'Correct the setting, or the expression in the connector file.',
  },
  'cannot-write': {
    title: 'A new project cannot be written',
    meaning: 'A file or folder of a new project cannot be made. What was made before it is removed. Exit status 2.',
    advice: 'Name another folder, or give this user the right to write there.',
  },
  'unknown-connector': {
    title: 'No such connector',
    meaning: '--connector names no connector that ships with Syncline, and no file that can be used as one.',
    advice: 'Write one of the connectors that the message lists, or correct the path or the file.',
  },
  'duplicate-connection': {
    title: 'Two connections of one name',
    meaning: 'Two of the connectors that --connector names would be connections of the same name.',
    advice: 'Name one of them: --connector NAME=CONNECTOR.',
  },
  'not-answered': {
    title: 'A question was not answered',
    meaning: 'The input ended before a question of the command was answered. Exit status 2.',
    advice: 'Run it again, or give --yes and the options that it needs.',
  },
  'already-serving': {
    title: 'The state is served already',
    meaning: 'Another `syncline serve` runs on the same state: schedules would run twice. Exit status 1.',
    advice: 'Stop that process first. If it is gone, its lock ends by itself after a minute.',
  },
  'event-credential': {
    title: 'Anybody could send',
    meaning:
      'A credential that the senders of an event must know is not set, so the event cannot be received. Exit status 2.',
    advice:
      'Set the variable of the environment that the project file takes it from, or remove the event from the triggers.',
  },
  'no-public-url': {
    title: 'Nobody knows where we are',
    meaning:
      'Subscriptions name the address of the receivers, and neither --public-url nor the project file says it. Exit status 2.',
    advice: 'Add --public-url, or service.publicUrl to the project file.',
  },
  'cannot-listen': {
    title: 'Nothing can listen there',
    meaning: 'The host or the port of serve is not one that this machine, or this user, may listen on. Exit status 2.',
    advice: 'Give another --host or --port.',
  },
  'port-in-use': {
    title: 'A port is taken',
    meaning:
      'The service cannot listen on the port behind --port; or the sandbox on that one or the next; or connect on that of the redirect address.',
    advice: 'Give another --port, or none; end the program that uses the port of the redirect address.',
  },
  internal: {
    title: 'A mistake of Syncline',
    meaning: 'Something happened that should not. Exit status 70.',
    advice: 'Run the command again with SYNCLINE_DEBUG=1 and report what it prints.',
  },
} as const satisfies Record<string, CodeEntry>
