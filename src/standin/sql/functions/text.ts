import { textOf, typed } from '../values/kind';
import { literal } from '../values/quote';
import type { Arguments, FunctionEmitter } from './arguments';

function one(name: string): FunctionEmitter {
  return (args) => {
    args.between(1, 1);
    return typed(`${name}(${args.text(0)})`, 'text');
  };
}

function trim(name: string): FunctionEmitter {
  return (args) => {
    args.between(1, 2);
    const set = args.count === 2 ? args.text(1) : "' '";
    return textOf(`${name}(${args.text(0)}, ${set})`);
  };
}

function substr(args: Arguments): ReturnType<FunctionEmitter> {
  args.between(2, 3);
  const [start, length] = [args.expression(1), args.call.arguments[2]];
  const plain = (text: string): boolean => /^[1-9]\d*$/.test(text);
  if (
    start.type === 'number' &&
    plain(start.text) &&
    (length === undefined || (length.type === 'number' && plain(length.text)))
  ) {
    return textOf(`substr(${args.text(0)}, ${start.text}${length === undefined ? '' : `, ${length.text}`})`);
  }
  const rest = length === undefined ? '' : `, ${args.number(2)}`;
  return typed(`"SYS".substr(${args.text(0)}, ${args.number(1)}${rest})`, 'text');
}

function instr(args: Arguments): ReturnType<FunctionEmitter> {
  args.between(2, 4);
  if (args.count === 2) return typed(`strpos(${args.text(0)}, ${args.text(1)})::numeric`, 'number');
  const nth = args.count === 4 ? args.number(3) : '1';
  return typed(`"SYS".instr(${args.text(0)}, ${args.text(1)}, ${args.number(2)}, ${nth})`, 'number');
}

function pad(name: string): FunctionEmitter {
  return (args) => {
    args.between(2, 3);
    const fill = args.count === 3 ? `, ${args.text(2)}` : '';
    return textOf(`${name}(${args.text(0)}, ${args.integer(1)}${fill})`);
  };
}

function replace(args: Arguments): ReturnType<FunctionEmitter> {
  args.between(2, 3);
  const found = args.text(1);
  const by = args.count === 3 ? `coalesce(${args.text(2)}, '')` : "''";
  return textOf(`replace(${args.text(0)}, coalesce(${found}, ''), ${by})`);
}

function count(args: Arguments): ReturnType<FunctionEmitter> {
  args.between(1, 1);
  const value = args.at(0);
  if (value.type.kind === 'blob' || value.type.kind === 'raw')
    return typed(`octet_length(${value.sql})::numeric`, 'number');
  return typed(`length(${args.text(0)})::numeric`, 'number');
}

function chr(args: Arguments): ReturnType<FunctionEmitter> {
  const code = args.expression(0);
  if (code.type === 'number' && Number(code.text) > 0 && Number(code.text) < 128)
    return typed(literal(String.fromCharCode(Number(code.text))), 'text');
  return typed(`"SYS".chr(${args.number(0)})`, 'text');
}

function regexp(args: Arguments): ReturnType<FunctionEmitter> {
  throw args.refuse(args.call.name);
}

/** Character functions. */
export const TEXT_FUNCTIONS: Readonly<Record<string, FunctionEmitter>> = {
  UPPER: one('upper'),
  LOWER: one('lower'),
  INITCAP: one('initcap'),
  TRIM: trim('btrim'),
  LTRIM: trim('ltrim'),
  RTRIM: trim('rtrim'),
  SUBSTR: substr,
  INSTR: instr,
  LPAD: pad('lpad'),
  RPAD: pad('rpad'),
  REPLACE: replace,
  TRANSLATE: (args) => textOf(`translate(${args.text(0)}, ${args.text(1)}, ${args.text(2)})`),
  LENGTH: count,
  'DBMS_LOB.GETLENGTH': count,
  LENGTHB: (args) => typed(`"SYS".lengthb(${args.text(0)})::numeric`, 'number'),
  ASCII: (args) => typed(`"SYS".ascii(${args.text(0)})`, 'number'),
  CHR: chr,
  CONCAT: (args) => textOf(`concat(${args.text(0)}, ${args.text(1)})`),
  REGEXP_REPLACE: regexp,
  REGEXP_SUBSTR: regexp,
  REGEXP_INSTR: regexp,
};
