package io.holdfast.access.rest.internal;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.holdfast.access.model.Texts;
import java.util.Arrays;
import java.util.Collection;

/**
 * Says what is wrong with a body and where. In our own words: Jackson's name classes and repeat values, which may be
 * secrets.
 */
final class JsonErrors {

    private final Problems problems;

    JsonErrors(Problems problems) {
        this.problems = problems;
    }

    ProblemException problem(JsonProcessingException failure) {
        JsonLocation at = failure.getLocation();
        String place = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
        return problems.invalid(Texts.printable("the body is not acceptable: " + explain(failure) + place));
    }

    private static String explain(JsonProcessingException failure) {
        if (failure instanceof UnrecognizedPropertyException e) {
            Collection<Object> known = e.getKnownPropertyIds();
            return "unknown field '" + path(e) + "'" + (known == null ? "" : "; known are " + known);
        } else if (failure instanceof InvalidFormatException e
                && e.getTargetType() != null
                && e.getTargetType().isEnum()) {
            return "field '" + path(e) + "' must be one of "
                    + Arrays.toString(e.getTargetType().getEnumConstants());
        } else if (failure instanceof ValueInstantiationException e && e.getCause() != null) {
            return "field '" + path(e) + "': " + Texts.messageOf(e.getCause());
        } else if (failure instanceof MismatchedInputException e) {
            String field = path(e);
            return field.isEmpty() ? "a JSON object is expected" : "field '" + field + "' has a value of a wrong type";
        }
        return failure.getOriginalMessage();
    }

    private static String path(JsonMappingException failure) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : failure.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.length() == 0 ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }
}
