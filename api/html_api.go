package api

// operationPage is one path as the documentation page shows it.
type operationPage struct {
	Path, Summary string
	Link          string // empty where the path has a variable
	Types         []string
	Parameters    []parameterPage
}

type parameterPage struct{ Name, Description string }

// describedOperations is the API definition for reading.
func (a *Answer) describedOperations() []operationPage {
	var list []operationPage
	for _, op := range a.service.operations() {
		described := operationPage{Path: op.path, Summary: op.summary, Types: op.types()}
		if !op.feature && op.variables == nil {
			described.Link = a.Href(op.path, op.resource.parameters.examples())
		}
		for _, p := range op.resource.parameters {
			described.Parameters = append(described.Parameters, parameterPage{p.name, p.describe(a.catalog)})
		}
		list = append(list, described)
	}
	return list
}
