/** How a URL has the characters that would end one of its parts. */
export const SPECIAL_CHARACTERS =
  'special characters of user and password as %25 (%), %40 (@), %3A (:), %2F (/), %3F (?), %23 (#)';
