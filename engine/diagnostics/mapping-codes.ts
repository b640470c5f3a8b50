import type { CodeEntry } from './codes.ts'

/** Findings of mappings and connectors whose files are well-formed, beside those of their expressions. */
export const mappingCodes = {
  'unknown-connection': {
    title: 'No such connection',
    meaning: 'A mapping, a table or the command line names a connection that the project does not have.',
    advice: 'Write one of the connections that the finding lists, or add it to the project file.',
  },
  'settings-contradict': {
    title: 'Settings that contradict each other',
    meaning:
      'Settings of a connection do not go together, by a rule of its connector file: a scope and a host of two environments.',
    advice: 'Correct the setting that is wrong. Nothing is sent before.',
  },
  'unknown-entity': {
    title: 'No such entity',
    meaning: 'The connector has no entity of this name.',
    advice: 'Write one of the entities that the finding lists, or add it to the connector file.',
  },
  'unknown-write': {
    title: 'No such write',
    meaning: 'The target entity has no write of this name.',
    advice: 'Write one of the writes that the finding lists.',
  },
  'unknown-find': {
    title: 'No such find',
    meaning: 'The entity cannot be looked up by this name.',
    advice: 'Write one of the finds that the finding lists, or add it to the connector file.',
  },
  'unknown-mapping': {
    title: 'No such mapping',
    meaning: 'A mapping of this name is not part of the project.',
    advice: 'Write one of the mappings that the finding lists, or add its file to the project.',
  },
  'unknown-table': {
    title: 'No such table',
    meaning: 'An expression asks for a table that the project does not have.',
    advice: 'Write one of the tables that the finding lists, or add its file to the project.',
  },
  'unknown-column': {
    title: 'No such column',
    meaning: 'An expression asks for a column that the table does not have.',
    advice: 'Write one of the columns that the finding lists.',
  },
  'table-key': {
    title: 'Not the key of the table',
    meaning: 'A row is asked for by other columns than those of the table’s key.',
    advice: 'Give every column of the key, or use $rows for other columns.',
  },
  'unknown-target-field': {
    title: 'The target has no such field',
    meaning: 'A mapping writes a field that the schema of the target entity does not have.',
    advice: 'Write one of the fields that the finding lists.',
  },
  'comparison-twice': {
    title: 'Two comparisons of one name',
    meaning:
      'Two entries of a mapping’s `reconcile` have the same name, and their differences could not be told apart.',
    advice: 'Rename one of them.',
  },
  'say-not-text': {
    title: 'What a condition says is no text',
    meaning: 'The `say` of a condition gives a number, an object or a list, and a message is a text.',
    advice: 'Write a text with the values in it: the words & $string(value).',
  },
  'say-personal': {
    title: 'What a condition says is personal',
    meaning:
      'The `say` of a condition reads a field that its schema marks as personal, or a value that was made of one. What it says goes into logs, reports and the state.',
    advice: 'Name amounts, counts, numbers and codes only.',
  },
  'wrong-target-type': {
    title: 'A value of another type than the target’s',
    meaning: 'An expression gives, say, a number where the target has a text.',
    advice: 'Convert it by name, such as with $string or $number.',
  },
  'value-not-allowed': {
    title: 'A value that the target does not know',
    meaning: 'A constant is none of the values that the target’s schema lists.',
    advice: 'Write one of the values that the finding lists.',
  },
  'not-a-list-field': {
    title: 'No list in the target',
    meaning: 'A list of blocks is written into a field that is no list.',
    advice: 'Write one value or an object of fields.',
  },
  'not-an-object-field': {
    title: 'No object in the target',
    meaning: 'Fields are written into a field that is no object.',
    advice: 'Write one expression, or a list of blocks where the field is a list.',
  },
  'key-field-missing': {
    title: 'A key field is not mapped',
    meaning: 'Without all its key fields a target record cannot be told from others.',
    advice: 'Add the field to fields.',
  },
  'field-twice': {
    title: 'A field stands twice',
    meaning: 'A field is under fields, so that every change is sent, and under createOnly, so that none is.',
    advice: 'Keep one of them.',
  },
  'create-only-unknown': {
    title: 'Nobody knows what is new',
    meaning: 'createOnly needs to know whether the target has the record; it neither says so nor can be asked.',
    advice: 'Move the fields to fields, or give the entity a get in its connector file.',
  },
  'not-listed': {
    title: 'Cannot be read as a whole',
    meaning: 'The connector gives the source entity no list.',
    advice: 'Read from an entity with a list, and join this one.',
  },
  'no-get': {
    title: 'Cannot be read by its key',
    meaning: 'A join needs a get or a find of the joined entity.',
    advice: 'Name a find, or give the entity a get in its connector file.',
  },
  'composite-key': {
    title: 'A key of several fields',
    meaning: 'A join by one value cannot name a record whose key has several fields.',
    advice: 'Join through a find.',
  },
  'no-full-file': {
    title: 'No full-file mode',
    meaning: 'The mapping asks for a full file, and the write does not offer one.',
    advice: 'Remove fullFile.',
  },
  'reserved-name': {
    title: 'A name with a meaning of its own',
    meaning:
      'A join or a let has the name of something that every expression sees, such as $record, or of a function, which it would hide.',
    advice: 'Choose another name.',
  },
  'list-without-request': {
    title: 'A list without a request',
    meaning: 'A connector’s list has neither a request with records nor another entity that it goes over.',
    advice: 'Write request and records, or over and ids.',
  },
  'read-without-request': {
    title: 'A read without a request',
    meaning: 'A connector’s get or find says neither what to request nor where the records stand in the answer.',
    advice: 'Write request and records.',
  },
  'personal-key': {
    title: 'A key that is personal',
    meaning:
      'A key field of an entity is marked x-personal. Keys stand in clear in the state, in messages and in reports, so they must not be personal data.',
    advice: 'Make an id or a code of the system the key, and look records up by the personal field with a find.',
  },
  'unusable-schema': {
    title: 'A schema that cannot be used',
    meaning: 'The schema of an entity is no JSON Schema, or uses a part that is not supported.',
    advice: 'Change the place that the finding names.',
  },
  'unknown-event': {
    title: 'No such event',
    meaning: 'A trigger names an event that the connector does not declare.',
    advice: 'Write one of the events that the finding lists, or add it to the connector file.',
  },
  'event-entity': {
    title: 'An event about something else',
    meaning: 'The event of a trigger is about another entity than the one that the mapping reads.',
    advice: 'Name an event about the mapping’s source, or map from the event’s entity.',
  },
  'event-contents': {
    title: 'A record or ids',
    meaning: 'An event has neither a record nor ids, both, or a key that belongs to the other one.',
    advice: 'Write record where the message is the record itself, and ids where it only names what changed.',
  },
  'event-secret': {
    title: 'A secret in a file',
    meaning: 'The password or the secret of an event is not taken from the credentials of the connection.',
    advice: 'Declare a credential and write $credentials and its name.',
  },
  'trigger-kind': {
    title: 'Not one kind of trigger',
    meaning: 'A trigger is none or several of event, every and at, or has a key that belongs to another kind.',
    advice: 'Write one trigger for each: event, every, or at with timeZone.',
  },
  'wrong-cron': {
    title: 'No such time',
    meaning: 'The at of a trigger is no cron expression of five parts, or a time that never comes.',
    advice: 'Write minute, hour, day, month and weekday: "0 2 * * *" is every day at two.',
  },
  'unknown-time-zone': {
    title: 'No such time zone',
    meaning: 'The timeZone of a trigger is no IANA name.',
    advice: 'Write its IANA name, such as Europe/Stockholm.',
  },
  'wrong-cut-off': {
    title: 'A cut-off that cannot be',
    meaning:
      'cutOff names no option of the mapping, or one that holds no time; or the source cannot be asked for changes; or the mapping has to know what is gone.',
    advice: 'Correct the option, or remove cutOff and leave older records out by keep.',
  },
  'polled-too-often': {
    title: 'Everything is read too often',
    meaning:
      'A trigger reads a source as a whole more often than the floor of its list allows, or runs more often than every second.',
    advice: 'Write a longer time, read changes where the source can be asked for them, or name an event.',
  },
  'after-circle': {
    title: 'Mappings wait for one another',
    meaning: 'By their after, mappings come after one another in a circle.',
    advice: 'Remove one of the after.',
  },
} as const satisfies Record<string, CodeEntry>
