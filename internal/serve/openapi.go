package serve

import "net/http"

type object = map[string]any

// openAPI describes the paths as OpenAPI 3.1.
func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) {
	g := s.now.Load()
	schemas, paths := object{}, object{}
	failure := content(object{"type": "object", "properties": object{"error": object{"type": "string"}, "row": object{"type": "integer"}, "column": object{"type": "string"}}})
	post := func(about, request string, body, answer object) object {
		return object{"post": object{"summary": about, "requestBody": object{"required": true, "content": object{request: object{"schema": body}}},
			"responses": object{"200": with("the answers", content(answer)), "400": with("what is wrong, in which row and column", failure)}}}
	}
	get := func(about string) object {
		return object{"get": object{"summary": about, "responses": object{"200": object{"description": about}}}}
	}
	list := func(of object) object { return object{"type": "array", "items": of} }
	for _, m := range g.models {
		row, answer := "row_"+m.name, "answer_"+m.name
		schemas[row], schemas[answer] = m.rowSchema(), m.answerSchema()
		rows, answers := list(ref(row)), list(ref(answer))
		scoring := object{"type": "object", "properties": object{"instances": rows}, "required": []string{"instances"}}
		predictions := object{"type": "object", "properties": object{"predictions": answers}}
		if len(g.models) == 1 {
			mlflow := object{"type": "object", "properties": object{"dataframe_records": rows, "instances": rows,
				"dataframe_split": object{"type": "object", "properties": object{"columns": list(object{"type": "string"}), "data": list(object{"type": "array"})}}}}
			paths["/invocations"] = post("answers rows, as MLflow and SageMaker do; text/csv and application/jsonlines are read and written too", asJSON, mlflow, predictions)
		}
		paths["/v1/models/"+m.name+":predict"] = post("answers rows, as TensorFlow Serving does", asJSON, scoring, predictions)
		paths["/v1/models/"+m.name] = get("the state of the model")
		paths["/v2/models/"+m.name] = get("inputs and outputs of the model")
		paths["/v2/models/"+m.name+"/ready"] = get("whether the model answers")
		paths["/v2/models/"+m.name+"/infer"] = post("answers tensors, one a column (Open Inference Protocol 2, with binary tensors)", asJSON,
			object{"type": "object", "properties": object{"id": object{"type": "string"}, "inputs": list(object{"type": "object"}), "outputs": list(object{"type": "object"})}, "required": []string{"inputs"}},
			object{"type": "object", "properties": object{"model_name": object{"type": "string"}, "outputs": list(object{"type": "object"})}})
	}
	paths["/ping"], paths["/v2/health/live"], paths["/v2/health/ready"] = get("whether there is a server"), get("whether there is a server"), get("whether it answers")
	paths["/metrics"] = get("counters for Prometheus")
	doc := object{"openapi": "3.1.0", "info": object{"title": "mlp", "version": "1"}, "paths": paths, "components": object{"schemas": schemas}}
	if g.token != nil {
		doc["components"].(object)["securitySchemes"] = object{"token": object{"type": "http", "scheme": "bearer"}}
		doc["security"] = []any{object{"token": []string{}}}
	}
	s.say(w, doc)
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

func content(schema object) object { return object{asJSON: object{"schema": schema}} }

func with(description string, content object) object {
	return object{"description": description, "content": content}
}

// rowSchema is the JSON Schema of a row. Anything may be missing that something stands in
// for; whether it does, the model says when it is asked.
func (m *Model) rowSchema() object {
	properties, names := object{}, []string{}
	for _, c := range m.columns {
		one := object{"type": []string{"string", "number", "boolean", "null"}}
		if c.Numbers {
			one = object{"type": []string{"number", "string", "null"}}
			if c.Known && c.Seen.Min <= c.Seen.Max {
				one["examples"] = []float32{float32(c.Seen.Min), float32(c.Seen.Max)}
			}
		} else if n := len(c.Categories); n > 0 && n <= listed {
			one["examples"] = c.Categories
		}
		properties[c.Name] = one
		names = append(names, c.Name)
	}
	return object{"type": "object", "properties": properties, "required": names}
}

func (m *Model) answerSchema() object {
	kinds := map[kind]object{aNumber: {"type": []string{"number", "null"}}, aWord: {"type": "string"}, someWords: {"type": "array", "items": object{"type": "string"}}}
	if len(m.names) == 1 {
		return kinds[m.kinds[0]]
	}
	properties := object{}
	for j, name := range m.names {
		properties[name] = kinds[m.kinds[j]]
	}
	return object{"type": "object", "properties": properties}
}
