package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.CreatedTokenDto;
import io.holdfast.access.model.TokenInput;
import io.holdfast.access.model.TokensDto;
import io.holdfast.core.security.Permission;
import io.holdfast.core.security.Principal;
import io.holdfast.core.security.Token;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Optional;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;

/** Tokens that stand for users. Everybody manages their own; who may manage accounts, everybody's. */
@Path("tokens")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class TokensResource {

    private final CoreServices core;

    TokensResource(CoreServices core) {
        this.core = core;
    }

    /** One's own tokens, oldest first; with the permission ACCOUNT_WRITE, everybody's. Those that have expired are listed for 30 days more. */
    @GET
    @Needs({})
    public TokensDto list(@Context SecurityContext security) throws PluginException {
        Principal caller = Caller.of(security);
        return TokensDto.of(core.accounts().tokens(caller.may(Permission.ACCOUNT_WRITE) ? null : caller.name()));
    }

    /** Makes a token for oneself. A token cannot make tokens: who finds one shall not keep the door open. */
    @POST
    @Needs({})
    @Answer(status = 201, type = CreatedTokenDto.class)
    public Response create(TokenInput input, @Context SecurityContext security) throws PluginException {
        Principal caller = Caller.of(security);
        if (caller.tokenId() != null) {
            throw new PluginException(
                    ErrorKind.PERMISSION, "a token cannot make tokens: log in with user and password");
        }
        CreatedTokenDto made =
                CreatedTokenDto.of(core.accounts().createToken(caller.name(), input.description(), input.expires()));
        return Answers.created("tokens/" + made.token().id(), made);
    }

    /** Revokes a token at once. */
    @DELETE
    @Path("{id}")
    @Needs({})
    @Answer(status = 204)
    public Response revoke(@PathParam("id") String id, @Context SecurityContext security) throws PluginException {
        Principal caller = Caller.of(security);
        String owner = caller.may(Permission.ACCOUNT_WRITE) ? null : caller.name();
        Optional<Token> token = core.accounts().tokens(owner).stream()
                .filter(t -> t.id().equals(id))
                .findFirst();
        core.accounts().revokeToken(Parameters.found(token, "token", id).id());
        return Answers.done();
    }
}
