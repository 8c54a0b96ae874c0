// What stands in for the schema library in a browser? Nothing that can check: the server does, and a page is smaller without.

/**
 * The contract files of src/api declare their schemas with zod. A page uses their addresses and plain functions, so its build
 * resolves `zod` to this: building a schema does nothing, and using one says that it is not there.
 */
const nothing: unknown = new Proxy(() => nothing, {
  get(_, name) {
    if (/^(safe)?(parse|decode|encode)(Async)?$/i.test(String(name))) {
      throw new Error('there are no schemas in the browser: the API checks what it is sent')
    }
    return nothing
  },
  apply: () => nothing,
})

export const z = nothing
