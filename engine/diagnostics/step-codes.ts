import type { CodeEntry } from './codes.ts'

/** Findings of mappings with steps, and of what mappings say of one another. */
export const stepFindingCodes = {
  'mapping-body': {
    title: 'Neither one write nor steps',
    meaning: 'A mapping has neither to, write and fields nor steps, or what belongs to the one beside the other.',
    advice: 'Write to, write and fields for one write, or steps for several.',
  },
  'step-twice': {
    title: 'Two steps with one name',
    meaning: 'Links, reports and $steps name a step, so that no two of a mapping may have the same name.',
    advice: 'Give the steps different names.',
  },
  'step-later': {
    title: 'A step that is not there yet',
    meaning: 'An expression reads $steps of the step that it stands in, or of a later one.',
    advice: 'Move the step that is read before the one that reads it.',
  },
  'step-does-nothing': {
    title: 'A step without find and write',
    meaning: 'The step neither looks up a record nor writes one.',
    advice: 'Write find, write, or both.',
  },
  'step-without-write': {
    title: 'Fields that nothing writes',
    meaning: 'A step has fields, and names no write.',
    advice: 'Name the write, or remove the fields.',
  },
  'step-without-fields': {
    title: 'A write without fields',
    meaning: 'A step names a write, and has no fields.',
    advice: 'Add fields, or remove the write.',
  },
  'step-without-id': {
    title: 'Nobody knows the new record’s key',
    meaning:
      'A step makes a record whose key is not among its fields, and the connector does not say where the answer has it.',
    advice: 'Add the key field, or give the write an id in its connector file.',
  },
  'step-setting': {
    title: 'A setting that says nothing here',
    meaning:
      'absent belongs to a step that only looks up; found to one with find, and found: update to one with update.',
    advice: 'Remove the setting, or add what it belongs to.',
  },
  'step-order': {
    title: 'An order of one',
    meaning: 'order says which of several found records is the first, and this find fails when there are several.',
    advice: 'Write many: first, or remove order.',
  },
  'each-without-key': {
    title: 'Items without a key',
    meaning: 'A step has each, and nothing tells one item from another when the record is read again.',
    advice: 'Write key: the item’s own number or reference.',
  },
  'required-field-missing': {
    title: 'A field that the target asks for',
    meaning: 'A step makes records, and a field that the target’s schema requires is not among its fields.',
    advice: 'Add the field to fields or createOnly.',
  },
  'unknown-step': {
    title: 'No such step',
    meaning:
      '$sourceOf, $targetOf or an example names a step that the mapping does not have; or $sourceOf and $targetOf none where it has several.',
    advice: 'Write one of the steps that the finding lists.',
  },
  'unknown-join': {
    title: 'No such join',
    meaning: 'awaits names a join that the mapping does not have.',
    advice: 'Write one of the joins that the finding lists.',
  },
  'grace-without-new': {
    title: 'A grace for nothing',
    meaning: 'grace lets listed records wait for their message; it belongs to read: new.',
    advice: 'Write read: new, or remove grace.',
  },
  'wait-without-schedule': {
    title: 'Nothing looks again',
    meaning: 'A mapping with wait has only events as triggers: no run would ask again whether its conditions hold.',
    advice: 'Give the mapping a trigger with every or at beside its events.',
  },
  'two-writers': {
    title: 'Two mappings write one field',
    meaning:
      'Two mappings write the same field of the same target entity, so that each would undo what the other wrote. What is only given to new records does not count.',
    advice: 'Remove the field from one of them, or say with owns which records are whose: all but one of them need it.',
  },
} as const satisfies Record<string, CodeEntry>

/** Why a step of a record failed. */
export const stepCodes = {
  parked: {
    title: 'It waits for another record',
    meaning:
      'What the mapping awaits is not there yet. In a run the record is parked; in an example of syncline test this is its outcome.',
    advice: 'Give the join in the example, or expect the failure.',
  },
  'step-not-found': {
    title: 'A step found nothing',
    meaning: 'A step that only looks up, with absent: fail, found no record.',
    advice: 'See whether the record is there, and whether its key is as the mapping has it.',
  },
  'step-many-found': {
    title: 'A step found several',
    meaning: 'More than one target record fits what a step looks for, and the mapping does not say which is meant.',
    advice: 'Leave one of them in the target, or write many: first with order.',
  },
  'step-record-gone': {
    title: 'What a step made is gone',
    meaning: 'An expression needs the record that an earlier step made or found, and the target has it no more.',
    advice: 'Restore it in the target, or treat the source record by hand.',
  },
  'natural-key-absent': {
    title: 'No natural key',
    meaning:
      'A write is not safe to repeat, and the record has nothing by which it could be found out whether it was done.',
    advice: 'Give the field that the connector’s repeat names.',
  },
  'outcome-unknown': {
    title: 'It is not known yet whether a write was done',
    meaning:
      'The answer to a write was lost, and the target could not be asked. Nothing is sent again; the next run asks.',
    advice: 'Nothing at first. If it stays so, see why the target refuses the look-up.',
  },
  'awaits-nothing': {
    title: 'Nothing to wait for',
    meaning: 'A join of awaits has nothing that it could look for.',
    advice: 'Keep records without it out by keep, or correct by.',
  },
} as const satisfies Record<string, CodeEntry>
