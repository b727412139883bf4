package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.PageDto;
import io.holdfast.access.model.PasswordInput;
import io.holdfast.access.model.SecondPerson;
import io.holdfast.access.model.UserDto;
import io.holdfast.access.model.UserInput;
import io.holdfast.access.model.UserUpdate;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.security.Account;
import io.holdfast.core.security.Accounts;
import io.holdfast.core.security.Permission;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import javax.servlet.http.HttpServletRequest;
import javax.ws.rs.BeanParam;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;

/** Who may log in. */
@Path("users")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class UsersResource {

    private final CoreServices core;
    private final Problems problems;

    UsersResource(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
    }

    /** Users, by name. */
    @GET
    @Needs(Permission.ACCOUNT_WRITE)
    public PageDto<UserDto> list(@BeanParam PageQuery page) throws PluginException {
        PageRequest asked = page.request(problems);
        return PageDto.of(core.accounts().list(asked), asked, UserDto::of);
    }

    /** Adds a user. */
    @POST
    @Needs(Permission.ACCOUNT_WRITE)
    @Answer(status = 201, type = UserDto.class)
    public Response create(UserInput input, @Context SecurityContext security) throws PluginException {
        SecondPerson.account(
                core, Caller.of(security), input.name(), "add, with the roles " + UserDto.roles(input.roles()));
        Account made = core.accounts().create(input.name(), input.password(), UserDto.roles(input.roles()));
        return Answers.created("users/" + made.name(), UserDto.of(made));
    }

    /** Sets the roles of a user and whether logging in is allowed. */
    @PUT
    @Path("{name}")
    @Needs(Permission.ACCOUNT_WRITE)
    public UserDto update(@PathParam("name") String name, UserUpdate input, @Context SecurityContext security)
            throws PluginException {
        Accounts accounts = core.accounts();
        find(name);
        String change = "set the roles " + UserDto.roles(input.roles()) + (input.active() ? "" : " and no login");
        SecondPerson.account(core, Caller.of(security), name, change + " for");
        accounts.setRoles(name, UserDto.roles(input.roles()));
        accounts.setActive(name, input.active());
        return UserDto.of(find(name));
    }

    /** Removes a user with all tokens. */
    @DELETE
    @Path("{name}")
    @Needs(Permission.ACCOUNT_WRITE)
    @Answer(status = 204)
    public Response remove(@PathParam("name") String name) throws PluginException {
        find(name);
        core.accounts().remove(name);
        return Answers.done();
    }

    /** Sets a password: one's own with the present one, others' with the permission ACCOUNT_WRITE. */
    @PUT
    @Path("{name}/password")
    @Needs({})
    @Answer(status = 204)
    public Response password(
            @PathParam("name") String name,
            PasswordInput input,
            @Context SecurityContext security,
            @Context HttpServletRequest request)
            throws PluginException {
        Principal caller = Caller.of(security);
        if (caller.name().equals(name)) {
            proveAgain(name, input, request.getRemoteAddr());
        } else {
            caller.require(Permission.ACCOUNT_WRITE);
            find(name);
            SecondPerson.account(core, caller, name, "set the password of");
        }
        core.accounts().setPassword(name, input.password());
        return Answers.done();
    }

    /** Whoever found an open session, or a token, shall not become its owner for good. */
    private void proveAgain(String name, PasswordInput input, String source) throws PluginException {
        if (input.current() == null) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "to change your own password give the present one as 'current'");
        }
        core.accounts().authenticate(name, input.current(), source);
    }

    private Account find(String name) throws PluginException {
        return Parameters.found(core.accounts().find(name), "user", name);
    }
}
