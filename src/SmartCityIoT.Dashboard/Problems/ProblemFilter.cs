using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Dashboard.Problems;

/// <summary>Turns what the rooms refuse into problem details (RFC 9457), one line each.</summary>
internal sealed class ProblemFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (BadParameterException bad)
        {
            return BadParameter(bad.Name, bad.Message);
        }
        catch (DeviceInputException bad)
        {
            return BadParameter(bad.Member, bad.Message);
        }
        catch (DeviceConflictException conflict)
        {
            return TypedResults.Problem(conflict.Message, statusCode: StatusCodes.Status409Conflict, title: "Conflict");
        }
        catch (NotRegisteredException missing)
        {
            return TypedResults.Problem(missing.Message, statusCode: StatusCodes.Status404NotFound, title: "Not found");
        }
        catch (StoreQuestionUnsupportedException unsupported)
        {
            return TypedResults.Problem(unsupported.Message, statusCode: StatusCodes.Status501NotImplemented, title: "The store cannot answer this");
        }
        catch (StoreUnavailableException unavailable)
        {
            return TypedResults.Problem(unavailable.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The store cannot be asked");
        }
    }

    private static ValidationProblem BadParameter(string name, string message) => TypedResults.ValidationProblem(
        new Dictionary<string, string[]>(StringComparer.Ordinal) { [name] = [message] }, detail: $"{name}: {message}", title: "Bad request");
}
