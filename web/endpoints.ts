// Which endpoints can a page call? Those of the contract; their schemas are not in the browser (schemas-stay-out.ts).
export { ENDPOINTS } from '../src/api/endpoints.ts'
