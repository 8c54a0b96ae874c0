// The API with one fault put in from outside: its answers leave before COMMIT. What the audit of crashes is worth is shown on it.
import './answer-before-commit.ts'
import '../../../src/server/main.ts'
