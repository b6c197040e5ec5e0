using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace PSSR.Build.Help;

/// <summary>Types in metadata by name: full ones for looking up, short ones for people.</summary>
internal static class TypeNames
{
    public static readonly NameProvider Provider = new();

    /// <summary>System.Double? is Double, System.String[] is String[].</summary>
    public static string Short(string full) => full[(full.LastIndexOf('.') + 1)..];

    public static string Of(MetadataReader reader, TypeDefinition type) => Joined(reader.GetString(type.Namespace), reader.GetString(type.Name));

    public static string Of(MetadataReader reader, EntityHandle handle) => handle.Kind == HandleKind.TypeDefinition
        ? Of(reader, reader.GetTypeDefinition((TypeDefinitionHandle)handle))
        : Of(reader, reader.GetTypeReference((TypeReferenceHandle)handle));

    public static string OfConstructor(MetadataReader reader, EntityHandle constructor) => constructor.Kind == HandleKind.MemberReference
        ? Of(reader, reader.GetMemberReference((MemberReferenceHandle)constructor).Parent)
        : Of(reader, reader.GetTypeDefinition(reader.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()));

    private static string Of(MetadataReader reader, TypeReference type) => Joined(reader.GetString(type.Namespace), reader.GetString(type.Name));

    private static string Joined(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";

    /// <summary>Decodes signatures and attribute values to names. Nullable&lt;T&gt; is T: a parameter that is left out.</summary>
    public sealed class NameProvider : ISignatureTypeProvider<string, object?>, ICustomAttributeTypeProvider<string>
    {
        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => $"System.{typeCode}";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Of(reader, (EntityHandle)handle);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Of(reader, (EntityHandle)handle);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
            genericType == "System.Nullable`1" ? typeArguments[0] : $"{genericType}<{string.Join(',', typeArguments)}>";

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[,]";

        public string GetSystemType() => "System.Type";

        public bool IsSystemType(string type) => type == "System.Type";

        /// <summary>An assembly-qualified name, of which the type's own is the first part.</summary>
        public string GetTypeFromSerializedName(string name) => name.Split(',')[0];

        /// <summary>The enumerations in PowerShell's attributes (ConfirmImpact) are ints.</summary>
        public PrimitiveTypeCode GetUnderlyingEnumType(string type) => PrimitiveTypeCode.Int32;

        public string GetByReferenceType(string elementType) => elementType;

        public string GetPointerType(string elementType) => elementType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => "System.IntPtr";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";
    }
}
