using System.Reflection;
using System.Runtime.CompilerServices;

namespace Unroll.Tests.Approvals;

public sealed class PublicApiTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_public_surface_changes_only_on_purpose()
    {
        var lines = new[] { typeof(Tensor).Assembly, typeof(Model).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes()).Where(type => !Name(type).Contains("<G>", StringComparison.Ordinal)).SelectMany(Describe).Order(StringComparer.Ordinal);
        Approved.Check("PublicApi", string.Join('\n', lines));
    }

    private static IEnumerable<string> Describe(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        var parent = type.BaseType is { } up && up != typeof(object) && !type.IsValueType && kind != "delegate" ? $" : {Name(up)}" : "";
        yield return $"{type.Namespace}.{Name(type)}: {kind}{parent}";
        foreach (var member in type.GetMembers(Own))
        {
            if (member.GetCustomAttribute<CompilerGeneratedAttribute>() is not null && member is not MethodInfo) continue;
            if (Signature(member) is { } signature) yield return $"{type.Namespace}.{Name(type)}.{signature}";
        }
    }

    private static string? Signature(MemberInfo member) => member switch
    {
        FieldInfo { IsSpecialName: false } field when IsSeen(field.Attributes) =>
            field.IsLiteral ? $"{field.Name} = {Value(field.GetRawConstantValue())}" : $"{field.Name}: {Name(field.FieldType)}",
        PropertyInfo property when IsSeen(property.GetMethod) || IsSeen(property.SetMethod) =>
            $"{property.Name}{Parameters(property.GetIndexParameters(), "[", "]")}: {Name(property.PropertyType)} {{ {Accessors(property)} }}",
        EventInfo raised when IsSeen(raised.AddMethod) => $"{raised.Name}: event {Name(raised.EventHandlerType!)}",
        ConstructorInfo made when IsSeen(made) => $"new{Parameters(made.GetParameters())}",
        MethodInfo method when IsSeen(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            && !method.Name.Contains('<', StringComparison.Ordinal) =>
            $"{Modifier(method)}{method.Name}{Generics(method)}{Parameters(method.GetParameters())}: {Name(method.ReturnType)}",
        _ => null,
    };

    private static bool IsSeen(MethodBase? method) => method is not null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static bool IsSeen(FieldAttributes field) =>
        (field & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static string Modifier(MethodInfo method) =>
        (method.IsFamily ? "protected " : "") + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : "");

    private static string Accessors(PropertyInfo property)
    {
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        return string.Join(' ', new[] { IsSeen(property.GetMethod) ? "get;" : null, IsSeen(property.SetMethod) ? isInit ? "init;" : "set;" : null }.OfType<string>());
    }

    private static string Parameters(ParameterInfo[] parameters, string open = "(", string close = ")") => parameters.Length == 0 && open == "["
        ? ""
        : open + string.Join(", ", parameters.Select(parameter =>
            $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Value(parameter.RawDefaultValue)}" : "")}")) + close;

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Value(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        _ => string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0}", value),
    };

    private static string Name(Type type)
    {
        if (type.IsByRef) return $"ref {Name(type.GetElementType()!)}";
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return $"{Name(inner)}?";
        var nested = type is { IsNested: true, IsGenericParameter: false } ? $"{Name(type.DeclaringType!)}." : "";
        if (!type.IsGenericType) return nested + type.Name;
        var name = type.Name.Split('`')[0];
        return $"{nested}{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
